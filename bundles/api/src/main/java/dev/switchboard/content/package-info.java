/**
 * Immutable bytes that may be larger than the heap.
 */
@Export
@Version("0.1.0")
package dev.switchboard.content;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
