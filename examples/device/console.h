// Where the example prints to: the machine's standard output, or a device's debugger.
#ifndef CEX_EXAMPLES_DEVICE_CONSOLE_H_
#define CEX_EXAMPLES_DEVICE_CONSOLE_H_

#include <stddef.h>

// Prints the text and a number behind it, and ends the line.
void print(const char* text, size_t number);

// What cex reports: the same, and the end of the program. See cex::set_report_handler.
void print_report(const char* text, size_t size);

#endif  // CEX_EXAMPLES_DEVICE_CONSOLE_H_
