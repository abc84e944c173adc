/**
 * The state of the server as people and programs are shown it.
 */
@Export
@Version("0.1.0")
package dev.switchboard.health;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
