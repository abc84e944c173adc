package dev.switchboard.mock.scenario;

/** Which directive is which scenario. A switch rather than a map: only the classes that a prompt uses are loaded. */
final class ScenarioRegistry {

    static final String NAMES =
            "api-error, args, ask, background, bash, clock, close-stdout, crash, cwd, deaf, echo, env, exit, flood, hang, hook, huge, "
                    + "max-budget, max-turns, no-headers, non-json, overloaded, plan, question, rate-limit, refusal, say, session, "
                    + "slow, stall, stay, stderr, storm, stream, structured, subagent, think, tools, tree, unknown-line, until, wait";

    private ScenarioRegistry() {}

    /** @throws DirectiveException if there is no scenario of this name */
    static Scenario find(String name, String[] commandLine) {
        return switch (name) {
            case "api-error" -> new ApiErrorScenario();
            case "ask" -> new AskScenario();
            case "background", "subagent" -> new BackgroundScenario();
            case "bash" -> new BashScenario();
            case "crash" -> new CrashScenario();
            case "exit" -> new ExitScenario();
            case "flood" -> new FloodScenario();
            case "deaf", "hang" -> new HangScenario();
            case "hook" -> new HookScenario();
            case "huge" -> new HugeLineScenario();
            case "max-budget", "max-turns" -> new LimitScenario();
            case "overloaded", "rate-limit" -> new CapacityScenario();
            case "plan", "question" -> new UserChoiceScenario();
            case "refusal" -> new RefusalScenario();
            case "stall", "no-headers", "stay" -> new SilenceScenario();
            case "structured" -> new StructuredScenario();
            case "say", "think", "slow", "stream", "until", "wait", "clock" -> new SpeechScenario();
            case "stderr", "non-json", "unknown-line", "close-stdout" -> new OddOutputScenario();
            case "storm" -> new StormScenario();
            case "tools" -> new ToolsScenario();
            case "tree" -> new TreeScenario();
            case "args", "cwd", "echo", "env", "session" -> new ReportScenario(commandLine);
            default -> throw new DirectiveException("there is no directive [[" + name + "]]; there are: " + NAMES);
        };
    }
}
