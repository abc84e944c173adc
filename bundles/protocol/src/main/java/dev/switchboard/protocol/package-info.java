/**
 * The wire protocol: reading requests, writing frames, and the JSON of every payload.
 */
@Export
@Version("0.1.0")
package dev.switchboard.protocol;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
