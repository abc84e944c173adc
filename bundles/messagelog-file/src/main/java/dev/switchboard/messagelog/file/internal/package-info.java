/** The message log that keeps each project's records as segments of JSON lines. */
package dev.switchboard.messagelog.file.internal;
