/**
 * The few threading building blocks that several bundles need in the same form.
 */
@Export
@Version("0.1.0")
package dev.switchboard.concurrent;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
