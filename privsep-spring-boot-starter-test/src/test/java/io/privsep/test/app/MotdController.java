package io.privsep.test.app;

import java.io.IOException;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;

/**
 * The message of the day in the web.
 */
@RestController
public class MotdController {

	private final Motd motd;

	public MotdController(Motd motd) {
		this.motd = motd;
	}

	@GetMapping("/motd")
	public String read() {
		return this.motd.read();
	}

	@PutMapping("/motd")
	public void update(@RequestBody String message) throws IOException {
		this.motd.update(message);
	}

	@ExceptionHandler(PrivsepUnavailableException.class)
	@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
	void unavailable() {
	}

	@ExceptionHandler(PrivsepTimeoutException.class)
	@ResponseStatus(HttpStatus.GATEWAY_TIMEOUT)
	void late() {
	}

}
