package dev.switchboard.security;

import java.util.function.Predicate;
import org.osgi.annotation.versioning.ConsumerType;

/** Told when somebody is no longer welcome; registered as a service (whiteboard). */
@ConsumerType
@FunctionalInterface
public interface PrincipalListener {
    /**
     * Those whom the predicate names have lost their rights: what they have open has to be closed. Called by whoever took the
     * rights away, on its thread; returns at once.
     */
    void revoked(Predicate<Principal> whom);
}
