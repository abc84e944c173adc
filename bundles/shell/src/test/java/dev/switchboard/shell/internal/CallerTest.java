package dev.switchboard.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.security.Role;
import java.lang.reflect.Proxy;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("C5 H6 who called, as far as a session tells")
class CallerTest {
    /** Named as Karaf's. */
    private record RolePrincipal(String getName) implements Principal {}

    private record UserPrincipal(String getName) implements Principal {}

    private static Session session(Map<String, Object> variables) {
        return (Session) Proxy.newProxyInstance(
                CallerTest.class.getClassLoader(),
                new Class<?>[] {Session.class},
                (self, method, arguments) -> variables.get(arguments[0]));
    }

    private static boolean isAdmin(Principal... principals) {
        Subject subject = new Subject(true, Set.of(principals), Set.of(), Set.of());
        return Caller.hasRole(session(Map.of(Subject.class.getName(), subject)), Role.ADMIN);
    }

    @Test
    void aRoleIsThatOfTheSubject() {
        assertEquals(
                List.of(true, false, false, false),
                List.of(
                        isAdmin(new UserPrincipal("anna"), new RolePrincipal("admin")),
                        isAdmin(new UserPrincipal("admin"), new RolePrincipal("operator")),
                        isAdmin(),
                        Caller.hasRole(session(Map.of()), Role.ADMIN)));
    }
}
