// The command line: parse, call a library, print.

using Einthoven.Cli;

return CommandLine.Run(args);
