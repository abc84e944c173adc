package dev.switchboard.mock.cli;

/** The command line alone decides the run: what to print and with which exit code to leave. */
public final class EarlyExit extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String output;

    private EarlyExit(int code, String output, String error) {
        super(error, null, false, false);
        this.code = code;
        this.output = output;
    }

    /** Refused: exit code 1, the text on stderr. */
    public static EarlyExit refused(String error) {
        return new EarlyExit(1, "", error);
    }

    /** Answered ({@code --version}, {@code --help}): exit code 0, the text on stdout. */
    public static EarlyExit answered(String output) {
        return new EarlyExit(0, output, "");
    }

    public int code() {
        return code;
    }

    public String output() {
        return output;
    }

    public String error() {
        return getMessage();
    }
}
