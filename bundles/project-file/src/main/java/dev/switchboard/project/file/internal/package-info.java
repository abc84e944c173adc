/** The project store that keeps each project as a JSON file of its own. */
package dev.switchboard.project.file.internal;
