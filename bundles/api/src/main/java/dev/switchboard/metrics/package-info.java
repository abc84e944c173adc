/**
 * Figures that a bundle offers, without knowing how they are published.
 */
@Export
@Version("0.1.0")
package dev.switchboard.metrics;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
