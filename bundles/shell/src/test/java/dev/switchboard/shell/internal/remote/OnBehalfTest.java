package dev.switchboard.shell.internal.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Optional;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.support.ShellUtil;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class OnBehalfTest {
    @Test
    @DisplayName("C5 Karaf's checks see whoever logged in, and nobody before and after")
    @EnabledForJreRange(max = JRE.JAVA_23, disabledReason = "the bundle subject rewrites Karaf's classes in OSGi only")
    void isSeenByKaraf() throws Exception {
        Subject anna = new Subject();
        anna.getPrincipals().add(new UserPrincipal("anna"));
        assertEquals("anna", OnBehalf.of(Optional.of(anna), ShellUtil::getCurrentUserName));
        assertEquals(
                Optional.empty(),
                OnBehalf.of(Optional.empty(), () -> Optional.ofNullable(ShellUtil.getCurrentUserName())));
    }

    @Test
    @DisplayName("H6 what a command throws comes out as it was thrown")
    void passesExceptionsOn() {
        IOException thrown = new IOException("x");
        assertEquals(
                thrown,
                assertThrows(
                        IOException.class,
                        () -> OnBehalf.of(Optional.empty(), () -> {
                            throw thrown;
                        })));
    }
}
