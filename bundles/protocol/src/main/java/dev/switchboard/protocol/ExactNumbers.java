package dev.switchboard.protocol;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.math.BigDecimal;

/**
 * Makes nodes for numbers as they were written: {@code 1.0} and {@code 1e3} are no whole numbers, however close they come.
 * (JSON Schema would take them for such; and {@code 1e999999999} would have to be written out to find out.)
 */
final class ExactNumbers extends JsonNodeFactory {
    private static final long serialVersionUID = 1L;

    ExactNumbers() {
        super(true);
    }

    @Override
    public ValueNode numberNode(BigDecimal value) {
        if (value != null && value.scale() == Integer.MIN_VALUE) {
            // Newer JDKs have room for an exponent more than Java 17; what clients may send does not depend on that.
            throw new ArithmeticException("the exponent is too large");
        }
        return value == null ? nullNode() : new WrittenAsDecimal(value);
    }

    private static final class WrittenAsDecimal extends DecimalNode {
        private static final long serialVersionUID = 1L;

        WrittenAsDecimal(BigDecimal value) {
            super(value);
        }

        @Override
        public boolean canConvertToExactIntegral() {
            return false;
        }
    }
}
