package io.privsep.demo.web;

import java.io.IOException;
import java.io.Reader;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.demo.privsep.Motd;

/**
 * Shows and changes the message of the day.
 */
@RestController
@RequestMapping("/api/motd")
class MotdController {

	private final Motd motd;

	MotdController(Motd motd) {
		this.motd = motd;
	}

	@GetMapping(produces = MediaType.TEXT_PLAIN_VALUE)
	String read() throws IOException {
		return this.motd.read();
	}

	@PutMapping(consumes = MediaType.TEXT_PLAIN_VALUE)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void update(Reader body) throws IOException {
		this.motd.update(RequestText.read(body, Motd.MAX_LENGTH));
	}

}
