/**
 * What log lines tell of the request, session, project and run that they belong to, carried from thread to thread.
 */
@Export
@Version("0.1.0")
package dev.switchboard.logging;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
