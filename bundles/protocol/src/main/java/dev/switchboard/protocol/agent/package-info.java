/**
 * Reads what a server must know of an agent's lines, without parsing them as a whole and without holding them.
 */
@Export
@Version("0.1.0")
package dev.switchboard.protocol.agent;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
