/**
 * Projects: what must last of them, and the stores that keep it.
 */
@Export
@Version("0.1.0")
package dev.switchboard.project;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
