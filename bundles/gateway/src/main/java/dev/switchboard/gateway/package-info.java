/**
 * The gate between sockets and use cases: connections come in from below an edge, frames go to handlers. Edges
 * implement {@link dev.switchboard.gateway.ClientConnection}, extensions {@link dev.switchboard.gateway.FrameHandler}.
 */
@Export
@Version("0.1.0")
package dev.switchboard.gateway;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
