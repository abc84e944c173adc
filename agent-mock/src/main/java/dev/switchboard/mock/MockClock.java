package dev.switchboard.mock;

/** The long waits of the real program, so many times faster as the environment variable SWITCHBOARD_MOCK_SCALE says. */
public final class MockClock {

    private static final String VARIABLE = "SWITCHBOARD_MOCK_SCALE";

    private MockClock() {}

    /** 1 unless the environment says a larger whole number. */
    public static long scale() {
        String value = System.getenv(VARIABLE);
        try {
            return value == null ? 1 : Math.max(Long.parseLong(value.strip()), 1);
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    public static long scaled(long millis) {
        return millis / scale();
    }
}
