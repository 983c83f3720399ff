package org.xuncha.app.platform

import android.content.Context
import android.net.Uri
import java.io.File

/** Lets the camera, and nobody else, write a photo into a file of ours. */
class ShotProvider : GrantingProvider(shots, "image/jpeg") {
    companion object {
        // Not in the cache: the system may empty that before a photo is saved.
        private val shots = GrantedFolder("org.xuncha.app.shots") { File(it.noBackupFilesDir, "shots") }

        /** A new empty file for the camera. Others stay: what is in them may not be saved yet. */
        fun newShot(context: Context, about: String, item: String?): Shot = Shot.new(shots.of(context).apply { mkdirs() }, about, item)

        /** What was taken of this and lies there still, in that order. */
        fun shotsOf(context: Context, about: String): List<Shot> =
            shots.of(context).listFiles().orEmpty().map(::Shot).filter { it.about == about }.sortedBy { it.file.lastModified() }

        fun uriOf(shot: Shot): Uri = shots.uriOf(shot.file)
    }
}
