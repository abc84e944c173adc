package dev.switchboard.executor.claude.internal;

import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.ExecutionOptions.Ask;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Options of which a test asks for one or two. */
final class Options {
    private Options() {}

    static ExecutionOptions with(String mode, String model) {
        return of(List.of(), Optional.ofNullable(mode), Optional.ofNullable(model), Optional.empty());
    }

    static ExecutionOptions tools(String... allowed) {
        return of(List.of(allowed), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static ExecutionOptions budget(BigDecimal most) {
        return of(List.of(), Optional.empty(), Optional.empty(), Optional.of(most));
    }

    private static ExecutionOptions of(
            List<String> allowed, Optional<String> mode, Optional<String> model, Optional<BigDecimal> budget) {
        return new ExecutionOptions(
                false,
                allowed,
                List.of(),
                Optional.empty(),
                false,
                Optional.empty(),
                mode,
                model,
                Optional.empty(),
                List.of(),
                OptionalInt.empty(),
                budget,
                Optional.empty(),
                false,
                Ask.DENY);
    }
}
