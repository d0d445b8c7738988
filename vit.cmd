@echo off
rem vit4j's launcher for Windows: runs the command line in the folder that you stand in. In a clone it first builds
rem what has changed, which needs a JDK 17 or newer, and Maven 3.6.3 or newer or the one that mvnw.cmd downloads;
rem unpacked from an archive it needs Java 17 or newer. LauncherScriptsTest holds it in step with vit, the launcher for Unix.
rem   JAVA_HOME      the JDK to use (else: java on the PATH)
rem   MAVEN_OPTS     options for the JVM that builds
rem   VIT_JAVA_OPTS  options for the JVM that runs, for example -Xmx8g
setlocal
set "root=%~dp0"
if exist "%root%pom.xml" (set "app=%root%.vit\app" & set "called=") else (set "app=%root%..\lib" & set "called=-Dvit4j.command=vit")
if "%~1"=="spark" goto spark

rem ---- which Java
set "java=java"
if not defined JAVA_HOME goto version
set "java=%JAVA_HOME%\bin\java"
if not exist "%java%.exe" goto nojavahome
:version
set "version="
set "said=%TEMP%\vit-java-%RANDOM%.txt"
"%java%" -version >nul 2>"%said%"
for /f "usebackq tokens=2,3" %%a in ("%said%") do if "%%a"=="version" set "version=%%~b"
del "%said%"
if not defined version goto nojava
for /f "delims=.-+" %%m in ("%version%") do set "major=%%m"
if %major% LSS 17 goto oldjava
set "archive=%app%\java-%version%.jsa"
if not exist "%root%pom.xml" goto unpacked

rem ---- build, when something is newer than the last build: Windows marks files that are written with the attribute A
pushd "%root%"
if not exist "%app%\built" goto build
for /f "delims=" %%f in ('dir /a:a-d /s /b pom.xml core\src\main opencv\src\main serve\src\main cli\src\main 2^>nul') do goto build
popd
goto run
:build
set "mvn=mvn"
where mvn >nul 2>nul
if not errorlevel 1 goto maven
if not exist mvnw.cmd goto nomaven
set "mvn=mvnw.cmd"
:maven
echo vit: building vit4j (about a minute) ...>&2
if not exist "%app%\lib" mkdir "%app%\lib"
del "%app%\built" 2>nul
attrib -a pom.xml /s >nul
attrib -a core\src\main\* /s >nul
attrib -a opencv\src\main\* /s >nul
attrib -a serve\src\main\* /s >nul
attrib -a cli\src\main\* /s >nul
rem maven.test.skip: running the app needs no tests, not even compiled ones
call %mvn% -q -B -ntp -Pquick -pl core,opencv,serve,cli -am package -Dmaven.test.skip=true >.vit\build.log 2>&1
if errorlevel 1 goto failed
xcopy /e /i /q /y cli\target\lib "%app%\lib" >nul
if errorlevel 1 goto nocopy
copy /y cli\target\vit4j-cli.jar "%app%" >nul
if errorlevel 1 goto nocopy
del "%app%\*.jsa" 2>nul
echo built>"%app%\built"
popd
goto share
:unpacked
if not exist "%app%\vit4j-cli.jar" goto nojar
if exist "%archive%" goto run
type nul >"%app%\new.jsa" 2>nul
if not exist "%app%\new.jsa" goto run
echo vit: preparing faster starts with Java %version% (first use, some seconds) ...>&2

rem Parsed classes of one short command that reaches libtorch, for faster starts. Not having them is no harm:
rem if they cannot be made, the empty file says that it was tried.
:share
"%java%" -Xlog:disable -XX:ArchiveClassesAtExit="%app%\new.jsa" -jar "%app%\vit4j-cli.jar" bench serve --model vit_mnist_1850 -b 2 --runs 1 <nul >nul 2>nul
if errorlevel 1 type nul >"%app%\new.jsa"
move /y "%app%\new.jsa" "%archive%" >nul 2>nul

rem ---- run
:run
rem Whether the work is done in a few seconds: then a quick start counts, and the best code comes too late.
set "flags="
set "given=%VIT_JAVA_OPTS%%JAVA_TOOL_OPTIONS%%JDK_JAVA_OPTIONS%."
if not "%given:-X=%"=="%given%" goto start
for %%v in (completion summary models recipes inspect trace export tokenize doctor --help --version "") do if "%~1"=="%%~v" set "flags=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms12m"
:start
if exist "%archive%" for %%f in ("%archive%") do if not %%~zf==0 set flags=%flags% -XX:SharedArchiveFile="%archive%"
rem The JVM's own log is off: its remarks about the archive would land in the output.
"%java%" -Xlog:disable -Xlog:all=error:stderr %flags% %called% %VIT_JAVA_OPTS% -jar "%app%\vit4j-cli.jar" %*
exit /b %ERRORLEVEL%

:spark
echo vit: vit spark runs on Linux and macOS, since Spark cannot write files on Windows without winutils.exe: use WSL, or spark-submit on a cluster>&2
exit /b 1
:nojavahome
echo vit: JAVA_HOME is %JAVA_HOME%, which has no bin\java.exe: point it to a JDK 17 or newer, or unset it>&2
exit /b 1
:nojava
del "%said%" 2>nul
echo vit: no Java found: install a JDK 17 or newer, https://adoptium.net, or set JAVA_HOME>&2
exit /b 1
:oldjava
echo vit: Java %version% is too old: install a JDK 17 or newer, https://adoptium.net, or set JAVA_HOME>&2
exit /b 1
:nomaven
popd
echo vit: Maven is not on the PATH: install Maven 3.6.3 or newer, https://maven.apache.org/install.html>&2
exit /b 1
:failed
type .vit\build.log >&2
popd
echo vit: the build failed, see above>&2
exit /b 1
:nocopy
popd
echo vit: cannot copy the built app to %app%: end running vit commands, which keep its files open>&2
exit /b 1
:nojar
echo vit: %app% has no vit4j-cli.jar: unpack the archive anew, and call its bin\vit.cmd where it is>&2
exit /b 1
