package io.privsep.demo.web;

import java.io.IOException;
import java.io.Reader;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.demo.privsep.Order;
import io.privsep.demo.privsep.OrderParser;

/**
 * Has an order read where little can go wrong.
 */
@RestController
class OrdersController {

	private final OrderParser parser;

	OrdersController(OrderParser parser) {
		this.parser = parser;
	}

	@PostMapping(path = "/api/parse", consumes = MediaType.TEXT_PLAIN_VALUE)
	Order parse(Reader body) throws IOException {
		String text = RequestText.read(body, OrderParser.MAX_LENGTH);
		try {
			return this.parser.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new BadRequestException(String.valueOf(ex.getMessage()));
		}
	}

}
