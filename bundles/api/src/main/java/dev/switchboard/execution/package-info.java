/**
 * Running agents: use cases, executors as plug-ins, and the events they cause.
 */
@Export
@Version("0.1.0")
package dev.switchboard.execution;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
