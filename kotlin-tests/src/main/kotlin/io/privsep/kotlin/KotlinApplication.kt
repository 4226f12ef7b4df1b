package io.privsep.kotlin

import org.springframework.boot.autoconfigure.SpringBootApplication

@SpringBootApplication
class KotlinApplication
