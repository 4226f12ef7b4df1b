package io.privsep.demo.web;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.demo.privsep.Motd;

/**
 * Tries what the system should forbid, to show that it does.
 */
@RestController
@RequestMapping("/api/attempts")
class AttemptsController {

	private final Motd motd;

	private final Path file;

	AttemptsController(Motd motd, @Value("${privsep.contexts.motd.settings.file}") Path file) {
		this.motd = motd;
		this.file = file;
	}

	@PostMapping("/direct-write")
	Allowed directWrite() throws IOException {
		if (!Files.exists(this.file)) {
			throw new NoSuchFileException(this.file.toString());
		}
		// opened for appending and closed again: the content stays even where it is
		// allowed
		try {
			new FileOutputStream(this.file.toFile(), true).close();
			return new Allowed("The application itself may write '" + this.file + "'");
		}
		catch (FileNotFoundException ex) {
			throw new ForbiddenException(ex);
		}
	}

	@PostMapping("/motd-binds-port")
	Allowed motdBindsPort() throws IOException {
		try {
			return new Allowed("The context 'motd' may bind port " + this.motd.bindLowPort());
		}
		catch (BindException ex) {
			throw new ForbiddenException(ex);
		}
	}

	/**
	 * The answer if the system did not forbid the attempt.
	 *
	 * @param message what was possible
	 */
	record Allowed(String message) {

	}

}
