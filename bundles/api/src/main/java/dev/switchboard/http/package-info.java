/**
 * HTTP resources that a bundle offers, without knowing the HTTP server.
 */
@Export
@Version("0.1.0")
package dev.switchboard.http;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
