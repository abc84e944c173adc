package dev.switchboard.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.security.PrivilegedAction;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.security.auth.Subject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("C5 Subject of a shell session")
class SubjectHolderTest {
    private final Subject anna = new Subject();
    private final Subject bert = new Subject();

    @Test
    @DisplayName("is there during the action only, and nested actions restore the outer one")
    void nests() {
        assertNull(SubjectHolder.current());
        PrivilegedAction<Subject> inner = SubjectHolder::current;
        PrivilegedAction<Subject> outer = () -> {
            assertSame(bert, SubjectHolder.doAs(bert, inner));
            assertNull(SubjectHolder.doAs(null, inner));
            return SubjectHolder.current();
        };
        assertSame(anna, SubjectHolder.doAs(anna, outer));
        assertNull(SubjectHolder.current());
    }

    @Test
    @DisplayName("is inherited by a thread started meanwhile, and not known to one started before")
    void inherited() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        CompletableFuture<Subject> earlier = new CompletableFuture<>();
        Thread before = new Thread(() -> {
            go.join();
            earlier.complete(SubjectHolder.current());
        });
        before.start();
        PrivilegedExceptionAction<Subject> action = () -> {
            CompletableFuture<Subject> later = new CompletableFuture<>();
            new Thread(() -> later.complete(SubjectHolder.current())).start();
            go.complete(null);
            assertNull(earlier.get(10, TimeUnit.SECONDS));
            return later.get(10, TimeUnit.SECONDS);
        };
        assertSame(anna, SubjectHolder.doAs(anna, action));
        before.join(10_000);
    }

    @Test
    @DisplayName("is gone after a failure; checked exceptions are wrapped, others not")
    void failures() {
        PrivilegedExceptionAction<Object> checked = () -> {
            throw new IOException("checked");
        };
        PrivilegedExceptionAction<Object> unchecked = () -> {
            throw new IllegalStateException("unchecked");
        };
        PrivilegedActionException wrapped =
                assertThrows(PrivilegedActionException.class, () -> SubjectHolder.doAs(anna, checked));
        assertEquals("checked", wrapped.getException().getMessage());
        assertNull(SubjectHolder.current());
        assertThrows(IllegalStateException.class, () -> SubjectHolder.doAs(anna, unchecked));
        assertNull(SubjectHolder.current());
    }
}
