-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: freescout
-- ------------------------------------------------------
-- Server version	8.0.36

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;

--
-- Table structure for table `users`
--

DROP TABLE IF EXISTS `users`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `users` (
  `id` int unsigned NOT NULL DEFAULT '0',
  `first_name` varchar(20) NOT NULL,
  `last_name` varchar(30) NOT NULL,
  `email` varchar(100) NOT NULL,
  `password` varchar(255) NOT NULL DEFAULT '',
  `role` tinyint unsigned NOT NULL,
  `type` tinyint unsigned NOT NULL,
  `status` tinyint unsigned NOT NULL,
  `created_at` timestamp NULL DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `users` WRITE;
/*!40000 ALTER TABLE `users` DISABLE KEYS */;
INSERT INTO `users` VALUES (1,'Mira','Lind','mira@lamps.example','$2y$10$abc',2,1,1,'2019-01-01 08:00:00');
/*!40000 ALTER TABLE `users` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `mailboxes`
--

DROP TABLE IF EXISTS `mailboxes`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `mailboxes` (
  `id` int unsigned NOT NULL DEFAULT '0',
  `name` varchar(40) NOT NULL,
  `email` varchar(128) NOT NULL,
  `out_password` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `mailboxes` WRITE;
/*!40000 ALTER TABLE `mailboxes` DISABLE KEYS */;
INSERT INTO `mailboxes` VALUES (1,'Lamps','support@lamps.example','eyJpdiI6secret');
/*!40000 ALTER TABLE `mailboxes` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `customers`
--

DROP TABLE IF EXISTS `customers`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `customers` (
  `id` int unsigned NOT NULL DEFAULT '0',
  `first_name` varchar(255) DEFAULT NULL,
  `last_name` varchar(255) DEFAULT NULL,
  `company` varchar(255) DEFAULT NULL,
  `created_at` timestamp NULL DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `customers` WRITE;
/*!40000 ALTER TABLE `customers` DISABLE KEYS */;
INSERT INTO `customers` VALUES (1,'Ana','Möller','Moor & Sons','2020-01-01 09:00:00'),(2,'Bert',NULL,NULL,'2020-01-02 09:00:00'),(3,NULL,NULL,NULL,'2020-01-02 09:00:00');
/*!40000 ALTER TABLE `customers` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `emails`
--

DROP TABLE IF EXISTS `emails`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `emails` (
  `id` int unsigned NOT NULL DEFAULT '0',
  `customer_id` int NOT NULL,
  `email` varchar(191) NOT NULL,
  `type` tinyint NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `emails` WRITE;
/*!40000 ALTER TABLE `emails` DISABLE KEYS */;
INSERT INTO `emails` VALUES (1,1,'ana@moor.example',1),(2,2,'bert@shop.example',1);
/*!40000 ALTER TABLE `emails` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `conversations`
--

DROP TABLE IF EXISTS `conversations`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `conversations` (
  `id` int unsigned NOT NULL DEFAULT '0',
  `number` int unsigned NOT NULL DEFAULT '0',
  `threads_count` int unsigned NOT NULL DEFAULT '0',
  `type` tinyint NOT NULL,
  `folder_id` int NOT NULL,
  `status` tinyint NOT NULL,
  `state` tinyint NOT NULL,
  `subject` varchar(998) DEFAULT NULL,
  `customer_email` varchar(191) DEFAULT NULL,
  `cc` text,
  `mailbox_id` int NOT NULL,
  `user_id` int DEFAULT NULL,
  `customer_id` int DEFAULT NULL,
  `closed_at` timestamp NULL DEFAULT NULL,
  `created_at` timestamp NULL DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `conversations` WRITE;
/*!40000 ALTER TABLE `conversations` DISABLE KEYS */;
INSERT INTO `conversations` VALUES (1,1001,2,1,1,1,2,'Broken lamp','ana@moor.example','[\"bert@shop.example\",\"support@lamps.example\"]',1,1,1,NULL,'2020-03-01 10:00:00'),(2,1002,2,1,4,3,2,'Return','bert@shop.example',NULL,1,1,2,'2020-03-04 12:00:00','2020-03-02 10:00:00'),(3,1003,1,1,5,4,2,'WIN','win@spam.example',NULL,1,NULL,3,NULL,'2020-03-03 10:00:00'),(4,1004,1,1,6,1,3,'Gone','bert@shop.example',NULL,1,NULL,2,NULL,'2020-03-03 10:00:00'),(5,1005,1,1,7,1,1,NULL,NULL,NULL,1,1,NULL,NULL,'2020-03-03 10:00:00');
/*!40000 ALTER TABLE `conversations` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `threads`
--

DROP TABLE IF EXISTS `threads`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `threads` (
  `id` int unsigned NOT NULL DEFAULT '0',
  `conversation_id` int NOT NULL,
  `user_id` int DEFAULT NULL,
  `type` tinyint NOT NULL,
  `status` tinyint NOT NULL,
  `state` tinyint NOT NULL,
  `body` longtext,
  `from` varchar(191) DEFAULT NULL,
  `customer_id` int DEFAULT NULL,
  `created_by_user_id` int DEFAULT NULL,
  `created_by_customer_id` int DEFAULT NULL,
  `created_at` timestamp NULL DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `threads` WRITE;
/*!40000 ALTER TABLE `threads` DISABLE KEYS */;
INSERT INTO `threads` VALUES (1,1,NULL,1,1,2,'<div>My lamp is <b>broken</b>; it\'s in two pieces.</div>','ana@moor.example',1,NULL,1,'2020-03-01 10:00:00'),(2,1,1,2,1,2,'<p>We send another. 💡</p>',NULL,1,1,NULL,'2020-03-01 11:00:00'),(3,1,1,3,1,2,'<p>Two left.</p>',NULL,1,1,NULL,'2020-03-01 11:05:00'),(4,1,1,4,1,2,NULL,NULL,1,1,NULL,'2020-03-01 11:06:00'),(5,1,1,2,1,1,'<p>not sent yet</p>',NULL,1,1,NULL,'2020-03-01 11:07:00'),(6,2,NULL,1,3,2,'<p>How do I return it?</p>','bert@shop.example',2,NULL,2,'2020-03-02 10:00:00'),(7,2,1,2,3,2,'<p>Like so.</p>',NULL,2,1,NULL,'2020-03-03 10:00:00'),(8,3,NULL,1,4,2,'<p>You have won.</p>','win@spam.example',3,NULL,3,'2020-03-03 10:00:00'),(9,4,NULL,1,1,2,'<p>gone</p>','bert@shop.example',2,NULL,2,'2020-03-03 10:00:00');
/*!40000 ALTER TABLE `threads` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `attachments`
--

DROP TABLE IF EXISTS `attachments`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `attachments` (
  `id` int unsigned NOT NULL DEFAULT '0',
  `thread_id` int DEFAULT NULL,
  `user_id` int DEFAULT NULL,
  `file_dir` varchar(20) DEFAULT NULL,
  `file_name` varchar(255) NOT NULL,
  `mime_type` varchar(127) NOT NULL,
  `type` int unsigned NOT NULL DEFAULT '0',
  `size` int unsigned DEFAULT NULL,
  `embedded` tinyint(1) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `attachments` WRITE;
/*!40000 ALTER TABLE `attachments` DISABLE KEYS */;
INSERT INTO `attachments` VALUES (1,1,NULL,'1/2','lamp.png','image/png',5,70,0),(2,2,1,'1/3','gone.txt','text/plain',0,5,0),(3,6,NULL,'../..','evil.txt','text/plain',0,5,0);
/*!40000 ALTER TABLE `attachments` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `tags`
--

DROP TABLE IF EXISTS `tags`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `tags` (
  `id` int unsigned NOT NULL DEFAULT '0',
  `name` varchar(255) NOT NULL DEFAULT '',
  `counter` int unsigned NOT NULL DEFAULT '0',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `tags` WRITE;
/*!40000 ALTER TABLE `tags` DISABLE KEYS */;
INSERT INTO `tags` VALUES (1,'Urgent!',1);
/*!40000 ALTER TABLE `tags` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `conversation_tag`
--

DROP TABLE IF EXISTS `conversation_tag`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `conversation_tag` (
  `conversation_id` int unsigned NOT NULL DEFAULT '0',
  `tag_id` int unsigned NOT NULL DEFAULT '0',
  PRIMARY KEY (`conversation_id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `conversation_tag` WRITE;
/*!40000 ALTER TABLE `conversation_tag` DISABLE KEYS */;
INSERT INTO `conversation_tag` VALUES (1,1);
/*!40000 ALTER TABLE `conversation_tag` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `custom_fields`
--

DROP TABLE IF EXISTS `custom_fields`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `custom_fields` (
  `id` int unsigned NOT NULL DEFAULT '0',
  `mailbox_id` int unsigned NOT NULL DEFAULT '0',
  `name` varchar(255) NOT NULL DEFAULT '',
  `type` tinyint NOT NULL,
  `options` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `custom_fields` WRITE;
/*!40000 ALTER TABLE `custom_fields` DISABLE KEYS */;
INSERT INTO `custom_fields` VALUES (1,1,'Order number',2,NULL),(2,1,'Colour',1,'{\"1\":\"Green\",\"2\":\"Red\"}');
/*!40000 ALTER TABLE `custom_fields` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `conversation_custom_field`
--

DROP TABLE IF EXISTS `conversation_custom_field`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `conversation_custom_field` (
  `id` int unsigned NOT NULL DEFAULT '0',
  `conversation_id` int unsigned NOT NULL DEFAULT '0',
  `custom_field_id` int unsigned NOT NULL DEFAULT '0',
  `value` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COMMENT='it''s; (one)';
/*!40101 SET character_set_client = @saved_cs_client */;

LOCK TABLES `conversation_custom_field` WRITE;
/*!40000 ALTER TABLE `conversation_custom_field` DISABLE KEYS */;
INSERT INTO `conversation_custom_field` VALUES (1,1,1,'L-4711'),(2,1,2,'1');
/*!40000 ALTER TABLE `conversation_custom_field` ENABLE KEYS */;
UNLOCK TABLES;
-- Dump completed on 2026-11-20 10:00:00
