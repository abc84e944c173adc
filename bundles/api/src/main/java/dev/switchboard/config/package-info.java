/**
 * The one configuration of the server: every key, its type, its default and its present value.
 */
@Export
@Version("0.1.0")
package dev.switchboard.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
