package io.privsep.test.app;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.resilience.annotation.EnableResilientMethods;

/**
 * The application.
 */
@SpringBootApplication
@EnableResilientMethods
public class MotdApplication {

}
