/**
 * Custody of agent processes: launched detached, tailed, terminated as whole trees, found again.
 */
@Export
@Version("0.1.0")
package dev.switchboard.process;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
