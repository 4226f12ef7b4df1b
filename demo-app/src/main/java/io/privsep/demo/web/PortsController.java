package io.privsep.demo.web;

import java.io.IOException;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.demo.privsep.PortProbe;
import io.privsep.demo.privsep.Ports;

/**
 * Tells whether a port could be bound.
 */
@RestController
class PortsController {

	private final Ports ports;

	PortsController(Ports ports) {
		this.ports = ports;
	}

	@PostMapping("/api/ports/{port}/probe")
	PortProbe probe(@PathVariable int port) throws IOException {
		if (port < 1 || port > 65535) {
			throw new BadRequestException("The port must be a number from 1 to 65535");
		}
		return this.ports.probe(port);
	}

}
