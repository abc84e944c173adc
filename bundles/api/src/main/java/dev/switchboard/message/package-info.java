/**
 * The message log of a project: records, queries, and the stores that keep them.
 */
@Export
@Version("0.1.0")
package dev.switchboard.message;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
