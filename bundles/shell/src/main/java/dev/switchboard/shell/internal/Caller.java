package dev.switchboard.shell.internal;

import dev.switchboard.security.Role;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.Subject;
import org.apache.karaf.shell.api.console.Session;

/**
 * Whoever called commands from afar, for as long as the connection lasts. What commands write passes through streams that
 * tell nobody of a closed connection, so they ask here whether anyone still reads it.
 */
public final class Caller {
    private static final String VARIABLE = "switchboard.caller";
    /** Of those who are here. */
    private static final Set<String> IDS = ConcurrentHashMap.newKeySet();

    private final String id = UUID.randomUUID().toString();

    /** Makes this the one who called the commands of a session that is made with these variables. */
    public void attachTo(Map<String, String> variables) {
        IDS.add(id);
        variables.put(VARIABLE, id);
    }

    /** Says that nobody reads any more. */
    public void leave() {
        IDS.remove(id);
    }

    /** Whether a session is somebody's who has a role in Karaf, which keeps its subject there. */
    public static boolean hasRole(Session session, Role role) {
        return session.get(Subject.class.getName()) instanceof Subject subject
                && subject.getPrincipals().stream()
                        .anyMatch(principal ->
                                principal.getClass().getSimpleName().equals("RolePrincipal")
                                        && principal.getName().equals(role.wireName()));
    }

    /** Whether whoever called the session's commands is known to have left. */
    public static boolean hasLeft(Session session) {
        return session.get(VARIABLE) instanceof String id && !IDS.contains(id);
    }
}
