package dev.switchboard.logging.internal;

import dev.switchboard.logging.LogContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.MDC;

/** Puts what a thread works for where the logging framework finds it. */
@Component(
        immediate = true,
        service = {})
public final class MdcCarrier implements LogContext.Carrier {
    private final Runnable end;

    @Activate
    public MdcCarrier() {
        end = LogContext.showWith(this);
    }

    @Override
    public void put(String key, String value) {
        MDC.put(key, value);
    }

    @Override
    public void remove(String key) {
        MDC.remove(key);
    }

    @Deactivate
    void deactivate() {
        end.run();
    }
}
