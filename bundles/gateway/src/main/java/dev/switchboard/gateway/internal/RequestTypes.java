package dev.switchboard.gateway.internal;

import dev.switchboard.protocol.schema.AsyncApi.RequestType;
import java.util.List;

/** Tells what requests there are just now, for those who describe them. */
public interface RequestTypes {
    /** By name, those of extensions among them; a type whose handler has no use for a schema of its own has none. */
    List<RequestType> requestTypes();
}
