package dev.switchboard.mock;

/** Which release of the real program is imitated: the current one, or the older one that differs in the places marked here. */
public record AgentVersion(String number) {

    private static final String CURRENT = "2.1.330";

    /** Chosen by the environment variable SWITCHBOARD_MOCK_VERSION. */
    static AgentVersion fromEnvironment() {
        String number = System.getenv("SWITCHBOARD_MOCK_VERSION");
        return new AgentVersion(number == null || number.isEmpty() ? CURRENT : number);
    }

    /** False for releases of the 2.1.1xx line: fewer fields, no lifecycle lines, and children survive SIGTERM. */
    public boolean isCurrent() {
        return !number.startsWith("2.1.1");
    }

    public String defaultModel() {
        return isCurrent() ? "claude-opus-5-5" : "claude-opus-4-8";
    }
}
