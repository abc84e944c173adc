/**
 * Finding and removing what is left behind in the course of time.
 */
@Export
@Version("0.1.0")
package dev.switchboard.cleanup;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
