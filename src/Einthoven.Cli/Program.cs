// The command line: parse, call a library, print.
return 0;
