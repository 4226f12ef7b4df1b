package io.privsep.attacked;

import java.util.concurrent.Callable;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Lets its helper attack, and says what came of it: {@code OUTCOME attack: result}.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(Attacks.class)
public class AttackedApplication {

	public static void main(String[] args) {
		SpringApplication.run(AttackedApplication.class, args).close();
	}

	@Bean
	ApplicationRunner attack(Attacks attacks) {
		return (args) -> {
			tell("create", attacks::create);
			tell("check", () -> attacks.check("letters"));
			tell("refuse", () -> attacks.check("0"));
			tell("log", attacks::log);
			tell("forge", attacks::forge);
			tell("linger", attacks::linger);
			tell("served", attacks::create);
		};
	}

	private static void tell(String name, Callable<String> attack) {
		long start = System.nanoTime();
		String result;
		try {
			result = attack.call();
		}
		catch (Exception ex) {
			result = ex.getClass().getSimpleName() + " " + ex.getMessage();
		}
		System.out.println("OUTCOME " + name + " after " + (System.nanoTime() - start) / 1_000_000 + " ms: " + result);
	}

}
