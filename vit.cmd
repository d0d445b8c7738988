@echo off
rem vit4j's launcher for Windows: builds the project on first use, then runs the command line.
rem It does not notice changed sources: delete .vit\app to build anew.
setlocal
set "root=%~dp0"
set "app=%root%.vit\app"
if "%~1"=="spark" (echo vit: vit spark runs on Linux and macOS, since Spark cannot write files on Windows without winutils.exe: use WSL, or spark-submit on a cluster>&2 & exit /b 1)
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
"%java%" -version >nul 2>nul || (echo vit: no Java found: install a JDK 17 or newer, https://adoptium.net, or set JAVA_HOME>&2 & exit /b 1)
if exist "%app%\vit4j-cli.jar" goto run
set "mvn=mvn"
where mvn >nul 2>nul || set "mvn=%root%mvnw.cmd"
echo vit: building vit4j (first use, about a minute) ...>&2
pushd "%root%"
call "%mvn%" -q -B -ntp -pl core,serve,cli -am package -Dmaven.test.skip=true >&2 || (popd & echo vit: the build failed, see above>&2 & exit /b 1)
popd
xcopy /e /i /q /y "%root%cli\target\lib" "%app%\lib" >nul || exit /b 1
copy /y "%root%cli\target\vit4j-cli.jar" "%app%\" >nul || exit /b 1
:run
"%java%" -Xlog:disable -Xlog:all=error:stderr %VIT_JAVA_OPTS% -jar "%app%\vit4j-cli.jar" %*
exit /b %ERRORLEVEL%
