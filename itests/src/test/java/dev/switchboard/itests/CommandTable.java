package dev.switchboard.itests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every command of the shell: who may call it, a right call with what it shows, and wrong calls with what is said of them.
 * The project {@code table} is there; <code>{dir}</code> is a directory without projects in it, <code>{role}</code> who calls,
 * <code>{id}</code> what {@link Before} left.
 */
final class CommandTable {
    private static final String PROJECT_REQUIRED = "argument project is required";
    private static final String NO_PROJECT = "there is no project \"nosuch\"";

    /** What has to be there for a right call. */
    enum Before {
        NOTHING,
        /** A run of the project {@code table} that does not end by itself. */
        RUN,
        /** A run that waits behind such a one; its id. */
        QUEUED,
        /** An agent that asks to write a file; the question's id. */
        QUESTION,
        /** A connection; its id. */
        CONNECTION,
        /** A token; its id. */
        TOKEN,
        /** Another project; its id. */
        PROJECT,
        /** A key that the file sets: {@code limits.projects}. */
        KEY
    }

    /**
     * One command.
     *
     * @param least the least role that may call it
     * @param right a right call, without the scope
     * @param shows a regular expression for all that it prints
     * @param wrong wrong calls, and a part of what is said of each
     */
    record Row(String name, String least, Before before, String right, String shows, Map<String, String> wrong) {
        boolean mayBeCalledBy(String role) {
            return ROLES.indexOf(role) >= ROLES.indexOf(least);
        }

        /** Makes a right call one of somebody's. */
        String rightFor(String role, String dir, String id) {
            return fill(right, role, dir, id);
        }
    }

    /** The roles, each of which may do what those before it may. */
    static final List<String> ROLES = List.of("viewer", "operator", "admin");

    private static final List<Row> ROWS = new ArrayList<>();

    private CommandTable() {}

    static List<Row> rows() {
        return List.copyOf(ROWS);
    }

    static List<String> names() {
        return ROWS.stream().map(Row::name).toList();
    }

    static String fill(String text, String role, String dir, String id) {
        return text.replace("{role}", role).replace("{dir}", dir).replace("{id}", id);
    }

    private static void row(String least, Before before, String right, String shows, String... wrong) {
        String name = right.split(" ")[0];
        Map<String, String> refused = new LinkedHashMap<>();
        for (int i = 0; i < wrong.length; i += 2) {
            refused.put((name + " " + wrong[i]).strip(), wrong[i + 1]);
        }
        ROWS.add(new Row(name, least, before, right, shows, refused));
    }

    static {
        row("viewer", Before.NOTHING, "project-list", "Id +│ Name +│ .*table.*", "more", "too many arguments");
        row(
                "viewer",
                Before.NOTHING,
                "project-info table",
                "id +[0-9a-f-]{36}\nname +table\n.*state +IDLE\n.*",
                "",
                PROJECT_REQUIRED,
                "nosuch",
                NO_PROJECT,
                "table more",
                "too many arguments",
                "--yaml table",
                "undefined option --yaml");
        row(
                "viewer",
                Before.NOTHING,
                "session-list table",
                ".*Last used.*",
                "",
                PROJECT_REQUIRED,
                "nosuch",
                NO_PROJECT);
        row(
                "viewer",
                Before.NOTHING,
                "queue-list table",
                ".*No run waits.*",
                "",
                PROJECT_REQUIRED,
                "nosuch",
                NO_PROJECT);
        row("viewer", Before.NOTHING, "execution-list", "Run +│.*No run is active.*", "more", "too many arguments");
        row("viewer", Before.NOTHING, "permission-list", ".*No agent asks anything.*", "more", "too many arguments");
        row("viewer", Before.NOTHING, "executor-list", "Name.*\nclaude .*", "more", "too many arguments");
        row(
                "viewer",
                Before.NOTHING,
                "executor-info claude",
                "name +claude\nstate +available\n.*permission modes +.*plan.*",
                "",
                "argument executor is required",
                "nosuch",
                "no executor \"nosuch\" is installed; there is claude");
        row("viewer", Before.NOTHING, "store-list", "Name.*\nfile +│ usable, in use .*", "more", "too many arguments");
        row(
                "viewer",
                Before.NOTHING,
                "stats",
                "uptime +\\S+\nconnections +\\d+\n.*rate .*",
                "--every 0",
                "--every 0 is out of range",
                "--every often",
                "expected a whole number");
        row(
                "viewer",
                Before.NOTHING,
                "info",
                "version +\\d.*\nstore +file\n.*",
                "--verbose",
                "undefined option --verbose");
        row(
                "viewer",
                Before.NOTHING,
                "health",
                "(healthy|degraded), as of .*",
                "--verbose",
                "undefined option --verbose");
        row(
                "viewer",
                Before.NOTHING,
                "log -n 1 table",
                " +\\d+ .*\n",
                "",
                PROJECT_REQUIRED,
                "nosuch",
                NO_PROJECT,
                "-n many table",
                "expected a whole number",
                "-n -1 table",
                "-n -1 is out of range");
        row(
                "viewer",
                Before.NOTHING,
                "log-query --types result table",
                ".*\\d+ records, \\d+ match\n",
                "nosuch",
                NO_PROJECT,
                "--order up table",
                "--order must be asc or desc",
                "--since soon table",
                "\"soon\" is no time");
        row(
                "viewer",
                Before.NOTHING,
                "log-export --types result table",
                "\\{\"type\":\"agent_message\".*",
                "nosuch",
                NO_PROJECT,
                "--direction up table",
                "direction");

        row(
                "operator",
                Before.NOTHING,
                "project-create --name new-{role} {dir}/{role}",
                "Created project [0-9a-f-]{36}\n",
                "",
                "argument path is required",
                "relative/path",
                "absolute",
                "{dir}/missing",
                "path does not exist",
                "{dir}/../table",
                "..");
        row(
                "operator",
                Before.NOTHING,
                "project-configure --name table --timeout-ms 60000 table",
                "Configured project .*: name \"table\", executor claude, timeout 60000 ms\n",
                "--name x",
                PROJECT_REQUIRED,
                "table",
                "nothing to change was given",
                "--name x nosuch",
                NO_PROJECT);
        row(
                "operator",
                Before.NOTHING,
                "executor-use table claude",
                "Executor is now claude \\(was claude\\)\n",
                "table",
                "argument executor is required",
                "table nosuch",
                "no executor \"nosuch\" is installed",
                "nosuch claude",
                NO_PROJECT);
        row(
                "operator",
                Before.NOTHING,
                "execute table Hello {role}",
                "You said: Hello \\w+\n.*\\[done].*",
                "table",
                "argument prompt is required",
                "table ''",
                "the prompt is empty",
                "nosuch hello",
                NO_PROJECT,
                "table \"open",
                "the command line cannot be read");
        // What is right of chat takes a terminal: see ShellRunIT.
        row(
                "operator",
                Before.NOTHING,
                "chat --help",
                ".*switchboard:chat.*",
                "table",
                "chat needs a terminal",
                "-n -1 table",
                "-n -1 is out of range",
                "nosuch",
                NO_PROJECT);
        row(
                "operator",
                Before.QUESTION,
                "permission-answer table {id} allow",
                "Allowed\n",
                "table",
                "argument request is required",
                "table x",
                "argument decision is required",
                "table x maybe",
                "\"maybe\" is no decision",
                "table x allow",
                "permission_id names no open question");
        row(
                "operator",
                Before.RUN,
                "kill table",
                "Killed run [0-9a-f-]{36}\n",
                "",
                PROJECT_REQUIRED,
                "nosuch",
                NO_PROJECT,
                "table",
                "no run is active");
        row(
                "operator",
                Before.RUN,
                "interrupt table",
                "Interrupted run [0-9a-f-]{36}\n",
                "",
                PROJECT_REQUIRED,
                "nosuch",
                NO_PROJECT,
                "table",
                "no run is active");
        row(
                "operator",
                Before.QUEUED,
                "queue-cancel table {id}",
                "Took run [0-9a-f-]{36} out of the queue\n",
                "table",
                "argument run is required",
                "table first",
                "execution_id is not a UUID",
                "table 00000000-0000-4000-8000-000000000000",
                "no run with this id is queued");
        row(
                "operator",
                Before.NOTHING,
                "log-verify table",
                ".*Missing.*",
                "nosuch",
                NO_PROJECT,
                "table more",
                "too many arguments");
        row("operator", Before.NOTHING, "custody", "launched \\d+, living \\d+, .*", "more", "too many arguments");
        row(
                "operator",
                Before.NOTHING,
                "config port",
                "key +port\nvalue +0\nsource +environment\norigin +SWITCHBOARD_PORT\n.*",
                "nosuch",
                "\"nosuch\" is not a key; the nearest one is ");

        row(
                "admin",
                Before.PROJECT,
                "project-delete {id}",
                "Deleted project [0-9a-f-]{36}\n",
                "",
                PROJECT_REQUIRED,
                "nosuch",
                NO_PROJECT);
        row("admin", Before.NOTHING, "log-repair table", ".*Missing.*", "nosuch", NO_PROJECT);
        row(
                "admin",
                Before.CONNECTION,
                "connection-list",
                "Id +│ Name .*initial +│ admin +│ 127\\.0\\.0\\.1 .*",
                "more",
                "too many arguments");
        row(
                "admin",
                Before.CONNECTION,
                "connection-close {id}",
                "Closed connection [0-9a-f-]{36} with code 1008\n",
                "",
                "argument connection is required",
                "nosuch",
                "there is no such connection");
        row(
                "admin",
                Before.NOTHING,
                "store-use file",
                "The store is file already\n",
                "",
                "argument store is required",
                "nosuch",
                "no store \"nosuch\" can be used; there is file");
        row(
                "admin",
                Before.NOTHING,
                "config-set limits.projects 50",
                "limits.projects is now \"50\" \\(was \"\\d+\"\\)\n\\(written to .*/dev.switchboard.cfg\\)\n",
                "limits.projects",
                "argument value is required",
                "limit.projects 5",
                "the nearest one is limits.projects",
                "limits.projects many",
                "limits.projects = \"many\" is not valid: expected a whole number from 0 to 100000",
                "port 1",
                "port is set by the environment variable SWITCHBOARD_PORT",
                "auth.token x",
                "auth.token is a secret",
                "tls.cert /nosuch.pem",
                "tls.cert and tls.key are not valid one without the other");
        row(
                "admin",
                Before.KEY,
                "config-unset limits.projects",
                "limits.projects is now \"100\" \\(was \"60\"\\)\n.*",
                "",
                "argument key is required",
                "limits.connections",
                "limits.connections is not set in the configuration file");
        row(
                "admin",
                Before.NOTHING,
                "token-create --role operator --ttl 15m of-{role}",
                "\\S{30,}\n\\(token \"of-admin\", role operator, .*",
                "",
                "argument name is required",
                "--role king x",
                "\"king\" is not a role",
                "--days 0 x",
                "--days 0 is out of range",
                "--ttl soon x",
                "\"soon\" is not a lifetime",
                "--days 1 --ttl 1d x",
                "give one of them",
                "--project nosuch x",
                NO_PROJECT,
                "'a\tb'",
                "name",
                "initial",
                "initial");
        row(
                "admin",
                Before.NOTHING,
                "cleanup --dry-run",
                "(.*\n)?[a-z ]+: \\d+, left: \\d+\n",
                "--verbose",
                "undefined option --verbose",
                "more",
                "too many arguments");
        row("admin", Before.NOTHING, "token-list", "Name +│ Id +│ Role .*\ninitial .*", "more", "too many arguments");
        row(
                "admin",
                Before.TOKEN,
                "token-revoke {id}",
                "Revoked token \\S+\n",
                "",
                "argument token is required",
                "nosuch",
                "there is no such token");
        row(
                "admin",
                Before.NOTHING,
                "url",
                "http://.*#token=\\S+\n",
                "--ttl 2d",
                "--ttl is too long for a URL",
                "--role king",
                "\"king\" is not a role");
    }
}
