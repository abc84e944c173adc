/**
 * Errors that cross bundles, with the codes that clients see.
 */
@Export
@Version("0.1.0")
package dev.switchboard.error;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
