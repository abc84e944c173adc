package dev.switchboard.health;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Implemented by a Felix {@code HealthCheck} that has measured something worth showing even if all is well; its result can carry
 * only texts.
 */
@ConsumerType
public interface CheckFigures {
    /** What there is to show now, by wire name: {@link String}, {@link Number} or {@link Boolean} values. Returns at once. */
    Map<String, Object> figures();
}
