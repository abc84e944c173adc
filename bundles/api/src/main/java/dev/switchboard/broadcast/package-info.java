/**
 * Sending one project's frames to many subscribers without waiting for any of them.
 */
@Export
@Version("0.1.0")
package dev.switchboard.broadcast;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
