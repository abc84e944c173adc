/**
 * Who is logged in, for code of Karaf's that asked the JDK for it. Exported because that code is rewritten to call it;
 * nothing else should.
 */
@Export
@Version("0.1.0")
package dev.switchboard.subject;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
