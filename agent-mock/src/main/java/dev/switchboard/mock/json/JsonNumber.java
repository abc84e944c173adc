package dev.switchboard.mock.json;

/** A number exactly as it was written: values that pass through keep their digits. */
public record JsonNumber(String literal) {

    @Override
    public String toString() {
        return literal;
    }
}
