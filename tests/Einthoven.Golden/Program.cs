// Entry point of the golden tests: `golden [SET…]` prints one line a case, any other arguments go to the xunit runner.
using Einthoven.Golden;

return args is ["golden", .. string[] sets]
    ? GoldenCommand.Run(sets, Console.Out)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
