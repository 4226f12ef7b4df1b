package io.privsep.test.rules;

import java.util.function.Supplier;

import org.springframework.context.annotation.Bean;

/**
 * Who makes privileged beans.
 */
class Makers {

	@Bean
	Files files() {
		return new Files();
	}

	Files byCall() {
		return new Files();
	}

	Supplier<Files> byReference() {
		return Files::new;
	}

}
